// An app with the functions that the CDK brings along by itself, beside one that people wrote.
const { App, CustomResource, Duration, RemovalPolicy, Stack } = require('aws-cdk-lib');
const custom = require('aws-cdk-lib/custom-resources');
const dynamodb = require('aws-cdk-lib/aws-dynamodb');
const ec2 = require('aws-cdk-lib/aws-ec2');
const iam = require('aws-cdk-lib/aws-iam');
const lambda = require('aws-cdk-lib/aws-lambda');
const logs = require('aws-cdk-lib/aws-logs');
const s3 = require('aws-cdk-lib/aws-s3');
const deployment = require('aws-cdk-lib/aws-s3-deployment');
const notifications = require('aws-cdk-lib/aws-s3-notifications');
const triggers = require('aws-cdk-lib/triggers');

const written = (scope, id, more) => new lambda.Function(scope, id, {
  runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x'), ...more,
});

class Shop extends Stack {
  constructor(scope, id) {
    super(scope, id);
    const orders = new dynamodb.Table(this, 'Orders', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    const checkout = written(this, 'Checkout', { functionName: 'checkout' });
    orders.grantReadData(checkout);
    new logs.LogRetention(this, 'Kept', { logGroupName: '/aws/lambda/checkout', retention: logs.RetentionDays.ONE_WEEK });

    const uploads = new s3.Bucket(this, 'Uploads', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
    s3.Bucket.fromBucketName(this, 'Elsewhere', 'elsewhere')
      .addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.LambdaDestination(checkout));
    new deployment.BucketDeployment(this, 'Site', { destinationBucket: uploads, sources: [deployment.Source.data('index.html', 'x')] });

    // Its handlers are people's, and what calls them is the CDK's.
    const seed = written(this, 'Seed', { functionName: 'seed' });
    const isSeeded = written(this, 'IsSeeded', { functionName: 'is-seeded' });
    orders.grantWriteData(seed);
    const provider = new custom.Provider(this, 'Seeds', { onEventHandler: seed, isCompleteHandler: isSeeded, totalTimeout: Duration.minutes(5) });
    new CustomResource(this, 'Seeded', { serviceToken: provider.serviceToken });

    new custom.AwsCustomResource(this, 'Tags', {
      onCreate: { service: 'S3', action: 'putBucketTagging', physicalResourceId: custom.PhysicalResourceId.of('tags'), parameters: {} },
      policy: custom.AwsCustomResourcePolicy.fromStatements([
        new iam.PolicyStatement({ actions: ['s3:PutBucketTagging'], resources: ['*'] }),
      ]),
    });
    new triggers.Trigger(this, 'Once', { handler: checkout });
    new ec2.Vpc(this, 'Net', { maxAzs: 1, natGateways: 0, restrictDefaultSecurityGroup: true });
  }
}
new Shop(new App(), 'Shop');
