import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** What the shop keeps. */
export class StoreStack extends Stack {
  readonly orders: dynamodb.Table;
  readonly carts: dynamodb.TableV2;
  readonly invoices: s3.Bucket;
  readonly database: secretsmanager.Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const partitionKey = { name: 'id', type: dynamodb.AttributeType.STRING };
    this.orders = new dynamodb.Table(this, 'Orders', { partitionKey, stream: dynamodb.StreamViewType.NEW_IMAGE });
    this.orders.addGlobalSecondaryIndex({ indexName: 'by-customer', partitionKey });
    this.carts = new dynamodb.TableV2(this, 'Carts', { tableName: 'carts', partitionKey });
    // Emptied by a function of the CDK's own when the stack goes.
    this.invoices = new s3.Bucket(this, 'Invoices', {
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    this.database = new secretsmanager.Secret(this, 'Database');
  }
}
