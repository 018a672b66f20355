import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** The one object that is moved on, below whatever prefix; all others are written once (src/ledger/s3-ledger.ts). */
const HEAD = '*head.json';

/**
 * Where the record of each release is kept. Its own policy, which binds administrators as well, lets nobody delete, and nobody write
 * without a condition: entries only where there is none, the head only over the one that was read.
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
    const anyone = { effect: Effect.DENY, principals: [new AnyPrincipal()] };
    const everything = this.bucket.arnForObjects('*');
    const head = this.bucket.arnForObjects(HEAD);
    // Parts of a multipart upload carry no condition; S3 asks for it when the upload completes.
    const creating = { Bool: { 's3:ObjectCreationOperation': 'true' } };
    for (const statement of [
      new PolicyStatement({
        ...anyone,
        sid: 'NothingIsDeleted',
        actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
        resources: [everything],
      }),
      new PolicyStatement({
        ...anyone,
        sid: 'NothingIsOverwritten',
        actions: ['s3:PutObject'],
        notResources: [head],
        conditions: { ...creating, Null: { 's3:if-none-match': 'true' } },
      }),
      new PolicyStatement({
        ...anyone,
        sid: 'HeadMovesFromWhatWasRead',
        actions: ['s3:PutObject'],
        resources: [head],
        conditions: { ...creating, Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } },
      }),
    ]) {
      this.bucket.addToResourcePolicy(statement);
    }
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Objects name their writer, cannot be changed and are versioned; CloudTrail data events are the log of readers where one is wanted',
    });
  }
}
