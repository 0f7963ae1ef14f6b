@NullMarked
package io.holdpoint.bench;

import org.jspecify.annotations.NullMarked;
