const { App, Stack, Stage, NestedStack } = require('aws-cdk-lib');
const lambda = require('aws-cdk-lib/aws-lambda');
const dynamodb = require('aws-cdk-lib/aws-dynamodb');
class Api extends NestedStack {
  constructor(scope, id, table) {
    super(scope, id);
    const f = new lambda.Function(this, 'Fn', { functionName: 'api', runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
    table.grantReadData(f);
  }
}
class Shop extends Stack {
  constructor(scope, id) {
    super(scope, id);
    const t = new dynamodb.Table(this, 'Orders', { partitionKey: { name: 'id', type: 'S' } });
    new Api(this, 'Api', t);
    const g = new lambda.Function(this, 'Job', { functionName: 'job-' + id, runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
    t.grantWriteData(g);
  }
}
const app = new App();
new Shop(app, 'Dev');
new Shop(new Stage(app, 'Prod', { env: { account: '111122223333', region: 'eu-west-1' } }), 'Shop');
