import { createHash, createHmac } from 'node:crypto';

/** `k6/crypto` as far as the scripts use it, on Node: what jest gives to a script in its place. */

type Input = string | ArrayBuffer;

export function sha256(input: Input, encoding: 'hex' | 'binary'): string | ArrayBuffer {
  return encoded(createHash('sha256').update(bytes(input)).digest(), encoding);
}

export function hmac(algorithm: string, secret: Input, input: Input, encoding: 'hex' | 'binary'): string | ArrayBuffer {
  return encoded(createHmac(algorithm, bytes(secret)).update(bytes(input)).digest(), encoding);
}

function bytes(input: Input): Buffer {
  return typeof input === 'string' ? Buffer.from(input) : Buffer.from(new Uint8Array(input));
}

function encoded(digest: Buffer, encoding: 'hex' | 'binary'): string | ArrayBuffer {
  return encoding === 'hex' ? digest.toString('hex') : new Uint8Array(digest).buffer;
}
