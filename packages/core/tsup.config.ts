import { build } from '../../internal/build/tsup.base.ts';

export default build(['index', 'line']);
