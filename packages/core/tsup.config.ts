import { build } from '../../internal/build/tsup.base.ts';

export default build({ entries: ['index', 'line'], browser: ['async-resource'] });
