import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Below whatever prefix (src/ledger/s3-ledger.ts, s3-objects.ts). The head alone is moved on, and only from what was read. */
const WRITTEN_ONCE = ['*entries/*', '*objects/*'];

/**
 * Where the record of each release is kept. Its own policy lets nobody delete, have S3 delete by a lifecycle, or suspend versions, and
 * nobody write without a condition: entries only where there is none, the head only over the one that was read. It binds
 * administrators as well, unless they remove the policy, which leaves a trace in CloudTrail.
 */
export class LedgerBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const statement of this.refusals()) this.bucket.addToResourcePolicy(statement);
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Objects name their writer, cannot be changed and are versioned; CloudTrail data events are the log of readers where one is wanted',
    });
  }

  private refusals(): readonly PolicyStatement[] {
    const everybody = { effect: Effect.DENY, principals: [new AnyPrincipal()] };
    // Parts of a multipart upload carry no condition; S3 asks for it when the upload completes.
    const unless = (...keys: readonly string[]) => ({
      Bool: { 's3:ObjectCreationOperation': 'true' },
      Null: Object.fromEntries(keys.map((key) => [key, 'true'])),
    });
    return [
      new PolicyStatement({
        ...everybody,
        sid: 'NothingIsDeleted',
        actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
        resources: [this.bucket.arnForObjects('*')],
      }),
      new PolicyStatement({
        ...everybody,
        sid: 'NothingExpires',
        actions: ['s3:PutLifecycleConfiguration', 's3:PutBucketVersioning'],
        resources: [this.bucket.bucketArn],
      }),
      new PolicyStatement({
        ...everybody,
        sid: 'NothingIsWrittenBlindly',
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: unless('s3:if-none-match', 's3:if-match'),
      }),
      new PolicyStatement({
        ...everybody,
        sid: 'WhatIsWrittenStays',
        actions: ['s3:PutObject'],
        resources: WRITTEN_ONCE.map((keys) => this.bucket.arnForObjects(keys)),
        conditions: unless('s3:if-none-match'),
      }),
    ];
  }
}
