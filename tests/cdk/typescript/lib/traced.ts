import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** A function as every function of the shop is: traced, and with the SDK for JavaScript. */
export class Traced extends lambda.Function {
  constructor(scope: Construct, id: string, more: Partial<lambda.FunctionProps> = {}) {
    super(scope, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => {};'),
      tracing: lambda.Tracing.ACTIVE,
      ...more,
    });
  }
}
