export { default } from '../../internal/build/tsup.base.ts';
