// Calls with the npm SDK as its users do: one call for each argument, a JSON object with endpoint,
// keyId, secret, operation and instance. Prints what came of each as a line of JSON.
'use strict';
const {Config} = require('@alicloud/openapi-core').$OpenApiUtil;
const sdk = require('@alicloud/elasticsearch20170613');

async function call({endpoint, keyId, secret, operation, instance}) {
  const client = new sdk.default(
      new Config({accessKeyId: keyId, accessKeySecret: secret, endpoint, protocol: 'HTTP'}));
  try {
    const reply = operation === 'restart'
        ? await client.restartLogstash(instance, new sdk.RestartLogstashRequest({batchCount: 0}))
        : await client.interruptLogstashTask(instance, new sdk.InterruptLogstashTaskRequest({}));
    const result = reply.body.result;
    return {result: operation === 'restart' ? result.status : result, code: ''};
  } catch (error) {
    return {result: null, code: String(error.code)};
  }
}

(async () => {
  for (const argument of process.argv.slice(2)) {
    console.log(JSON.stringify(await call(JSON.parse(argument))));
  }
})();
