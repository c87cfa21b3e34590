export default { test: { include: ['vitest/uncaught.mjs'], root: process.cwd() } };
