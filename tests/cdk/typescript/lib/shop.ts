import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import * as cr from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { StoreStack } from './store';
import { Traced } from './traced';

export interface ShopProps {
  readonly store: StoreStack;
}

/** What the shop runs. */
export class ShopStack extends Stack {
  constructor(scope: Construct, id: string, { store }: ShopProps) {
    super(scope, id);
    const news = new sns.Topic(this, 'News', { topicName: 'news' });
    const parcels = new sqs.Queue(this, 'Parcels', { visibilityTimeout: Duration.minutes(2) });

    const checkout = new Traced(this, 'Checkout', {
      functionName: 'checkout',
      logRetention: logs.RetentionDays.ONE_WEEK,
    });
    store.orders.grantReadWriteData(checkout);
    store.carts.grantReadData(checkout);
    store.invoices.grantPut(checkout);
    store.database.grantRead(checkout);
    parcels.grantSendMessages(checkout);

    const report = new Traced(this, 'Report');
    store.orders.grantReadData(report);
    store.invoices.grantRead(report, 'monthly/*');
    report.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['ses:SendEmail', 'ses:SendRawEmail'], resources: ['*'] }),
    );

    const mail = new Traced(this, 'Mail', { events: [new SqsEventSource(parcels)] });
    mail.addEventSource(
      new DynamoEventSource(store.orders, { startingPosition: lambda.StartingPosition.LATEST }),
    );
    news.grantPublish(mail);

    // Two functions that have one role, which is written out.
    const shared = new iam.Role(this, 'Clerk', {
      roleName: 'clerk',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole')],
      inlinePolicies: {
        carts: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['dynamodb:GetItem', 'dynamodb:Scan'],
              resources: [store.carts.tableArn],
            }),
          ],
        }),
      },
    });
    for (const name of ['open', 'close']) {
      new Traced(this, name, { functionName: name, role: shared });
    }

    new sfn.StateMachine(this, 'Fulfil', {
      tracingEnabled: true,
      definitionBody: sfn.DefinitionBody.fromChainable(
        new tasks.LambdaInvoke(this, 'Charge', { lambdaFunction: checkout }).next(
          new tasks.DynamoPutItem(this, 'Remember', {
            table: store.orders,
            item: { id: tasks.DynamoAttributeValue.fromString('1') },
          }),
        ),
      ),
    });

    // Rows that the shop starts with: a custom resource of our own, and one call made by the CDK's.
    const seed = new Traced(this, 'Seed');
    store.carts.grantWriteData(seed);
    new CustomResource(this, 'Rows', {
      serviceToken: new cr.Provider(this, 'Seeding', { onEventHandler: seed }).serviceToken,
    });
    new cr.AwsCustomResource(this, 'Welcome', {
      onCreate: {
        service: 'SNS',
        action: 'publish',
        parameters: { TopicArn: news.topicArn, Message: 'open' },
        physicalResourceId: cr.PhysicalResourceId.of('welcome'),
      },
      policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: [news.topicArn] }),
    });
  }
}
