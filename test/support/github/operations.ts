import type { Operations } from './call';
import { COMMENT_OPERATIONS } from './comments';
import { COMMIT_OPERATIONS } from './commits';
import { ENVIRONMENT_OPERATIONS } from './environments';
import { PULL_OPERATIONS } from './pulls';
import { RUN_OPERATIONS } from './runs';
import { SETTING_OPERATIONS } from './settings';

/** Everything that the server answers: what data/openapi.json describes, no more and no less. */
export const OPERATIONS: Operations = {
  ...COMMENT_OPERATIONS,
  ...COMMIT_OPERATIONS,
  ...ENVIRONMENT_OPERATIONS,
  ...PULL_OPERATIONS,
  ...RUN_OPERATIONS,
  ...SETTING_OPERATIONS,
};
