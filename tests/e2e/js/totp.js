// SPDX-License-Identifier: Apache-2.0
// The codes of an authenticator app (RFC 6238).
import { createHmac } from "node:crypto";

// Seeds of devices are in base32, as bytes.
function bytesOf(seed) {
  const bits = [...Buffer.from(seed).toString("ascii")].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

// The code for a time in milliseconds, or so many steps after it.
export function code(seed, time, steps) {
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(time / 30000) + steps));
  const digest = createHmac("sha1", bytesOf(seed)).update(count).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1000000).padStart(6, "0");
}
