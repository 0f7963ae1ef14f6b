-- Signed requests are remembered with the command they gave: real clients send the very same bytes
-- again when a kept connection drops, and a captured request must not have a second effect. `nonce`
-- is a digest of key id and nonce, `request_digest` one of all that was signed and of the intent;
-- both 128 bits, for which uuid is the narrow type.
-- A signed request that was refused, or that repeated an earlier token, gets a row of its own under
-- an internal token, with `refusal` in place of a result when it has none.
ALTER TABLE commands
  ADD COLUMN nonce uuid,
  ADD COLUMN request_digest uuid,
  ADD COLUMN refusal text,
  ALTER COLUMN result DROP NOT NULL,
  ADD CONSTRAINT commands_signed CHECK ((nonce IS NULL) = (request_digest IS NULL)),
  ADD CONSTRAINT commands_answer CHECK ((result IS NULL) = (refusal IS NOT NULL)),
  ADD CONSTRAINT commands_refused CHECK (refusal IS NULL OR nonce IS NOT NULL);

CREATE UNIQUE INDEX commands_nonce ON commands (account_id, nonce) WHERE nonce IS NOT NULL;
