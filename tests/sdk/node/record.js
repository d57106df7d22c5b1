// Makes real calls of the AWS SDK for JavaScript 3 under the real X-Ray SDK and prints the document that the SDK sends.
//
//     record.js [WHITELIST]
//
// The calls go to a stub on the loopback interface that answers every request alike, and the document comes out of the
// daemon's own protocol. The whitelist is loaded as its help says.
'use strict';

const dgram = require('node:dgram');
const http = require('node:http');
const { DynamoDBClient, BatchGetItemCommand } = require('@aws-sdk/client-dynamodb');
const { KinesisClient, PutRecordCommand } = require('@aws-sdk/client-kinesis');
const { KMSClient, DecryptCommand } = require('@aws-sdk/client-kms');
const { S3Client, DeletePublicAccessBlockCommand } = require('@aws-sdk/client-s3');
const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');
const { SFNClient, StartExecutionCommand } = require('@aws-sdk/client-sfn');
const { SSMClient, GetParametersCommand } = require('@aws-sdk/client-ssm');
const { NodeHttpHandler } = require('@smithy/node-http-handler');

const bytes = (text) => new TextEncoder().encode(text);

const calls = [
  [SecretsManagerClient, new GetSecretValueCommand({ SecretId: 'orders-db' })],
  [KMSClient, new DecryptCommand({ KeyId: '1234abcd-12ab-34cd-56ef-1234567890ab', CiphertextBlob: bytes('not-to-be-recorded') })],
  [SFNClient, new StartExecutionCommand({
    stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:fulfil',
    input: '{"card": "not-to-be-recorded"}',
  })],
  [KinesisClient, new PutRecordCommand({
    StreamName: 'clicks', Data: bytes('not-to-be-recorded'), PartitionKey: 'not-to-be-recorded',
  })],
  [SSMClient, new GetParametersCommand({ Names: ['/orders/url', '/orders/limit'] })],
  [DynamoDBClient, new BatchGetItemCommand({
    RequestItems: {
      orders: { Keys: [{ id: { S: 'not-to-be-recorded' } }] },
      customers: { Keys: [{ id: { S: 'not-to-be-recorded' } }] },
    },
  })],
  [S3Client, new DeletePublicAccessBlockCommand({ Bucket: 'invoices' })],
];

async function main() {
  const daemon = dgram.createSocket('udp4');
  await new Promise((bound) => daemon.bind(0, '127.0.0.1', bound));
  const stub = http.createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise((listening) => stub.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${stub.address().port}`;

  const AWSXRay = require('aws-xray-sdk-core');
  AWSXRay.enableManualMode();
  AWSXRay.setDaemonAddress(`127.0.0.1:${daemon.address().port}`);
  if (process.argv[2]) {
    AWSXRay.appendAWSWhitelist(process.argv[2]);
  }
  const segment = new AWSXRay.Segment('checkout');
  segment.origin = 'AWS::Lambda::Function';
  segment.aws = { ...segment.aws, function_arn: 'arn:aws:lambda:eu-west-1:123456789012:function:checkout' };

  for (const [Client, command] of calls) {
    const client = new Client({
      region: 'eu-west-1',
      endpoint,
      forcePathStyle: true,
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(),
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    });
    await AWSXRay.captureAWSv3Client(client, segment).send(command);
    client.destroy();
  }

  const sent = new Promise((received) => daemon.once('message', received));
  segment.close();
  const [, document] = (await sent).toString().split('\n');
  console.log(document);
  daemon.close();
  stub.close();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
