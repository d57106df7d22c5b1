from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from shop.store import StoreStack


class ShopStack(Stack):
    """What the shop runs."""

    def __init__(self, scope: Construct, construct_id: str, *, store: StoreStack) -> None:
        super().__init__(scope, construct_id)
        checkout = self.function("Checkout", function_name="checkout")
        store.orders.grant_read_write_data(checkout)
        store.invoices.grant_put(checkout)

        report = self.function("Report", log_retention=logs.RetentionDays.ONE_WEEK)
        store.orders.grant_read_data(report)
        store.invoices.grant_read(report)
        report.add_to_role_policy(
            iam.PolicyStatement(actions=["ses:SendEmail"], resources=["*"])
        )

        sfn.StateMachine(
            self,
            "Fulfil",
            definition_body=sfn.DefinitionBody.from_chainable(
                tasks.LambdaInvoke(self, "Charge", lambda_function=checkout)
            ),
        )

    def function(self, name: str, **more) -> lambda_.Function:
        return lambda_.Function(
            self,
            name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline("def handler(event, context): pass"),
            tracing=lambda_.Tracing.ACTIVE,
            **more,
        )
