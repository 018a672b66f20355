import { main } from './main';

/**
 * Where the bundle begins, in the npm package and in the composite actions alike. It delivers the project in which it was
 * started, and finds what cannot be inside of it (k6's library, the runtime of the twin's environments) beside itself.
 */
main(process.argv.slice(2), { root: process.cwd(), home: __dirname }).then((code) => {
  process.exitCode = code;
});
