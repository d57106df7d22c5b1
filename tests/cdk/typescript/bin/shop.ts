import { App } from 'aws-cdk-lib';
import { ShopStack } from '../lib/shop';
import { StoreStack } from '../lib/store';

const app = new App();
const store = new StoreStack(app, 'Store');
new ShopStack(app, 'Shop', { store });
