from aws_cdk import App

from shop.shop import ShopStack
from shop.store import StoreStack

app = App()
store = StoreStack(app, "Store")
ShopStack(app, "Shop", store=store)
app.synth()
