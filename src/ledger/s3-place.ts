import { type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { AwsError, attempt } from '../aws/failure';
import { LedgerUnreadableError } from './ledger';
import { digestOfBytes } from './objects';

/** Where on S3 a ledger and the files it keeps are. */
export interface S3Place {
  readonly s3: S3Client;
  /** With versioning: what was overwritten or deleted can be had back. */
  readonly bucket: string;
  /** Of every key; empty, or with a slash at its end. */
  readonly prefix: string;
  /** Account that must own the bucket: a bucket of that name in another account is refused. */
  readonly owner?: string;
}

/** What every request about a key says. */
export function objectAt({ bucket, prefix, owner }: S3Place, key: string) {
  return { Bucket: bucket, Key: `${prefix}${key}`, ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }) };
}

export function urlOf({ bucket, prefix }: S3Place, key = ''): string {
  return `s3://${bucket}/${prefix}${key}`;
}

/** The checksum that S3 compares what arrives with, before it stores it. */
export function checksumOf(bytes: Uint8Array): string {
  return Buffer.from(digestOfBytes(bytes).slice('sha256:'.length), 'hex').toString('base64');
}

/**
 * Runs one call.
 * @param doing completes "Could not ...": `read s3://bucket/key`
 * @throws LedgerUnreadableError with what AWS said and what to do
 */
export async function reach<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await attempt(doing, call);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new LedgerUnreadableError(cause.message, { cause });
  }
}

/** The condition of a write does not hold. */
export function isTaken(error: unknown): boolean {
  return hasStatus(error, 412);
}

/** Whether a conditional write met another writer: one that was first, or one of the same moment. */
export function lostTheRace(error: unknown): boolean {
  return isTaken(error) || hasStatus(error, 409);
}

export function isAbsent(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'NoSuchKey';
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;
}
