/** Who the repository and the run say that they are, to act and to the local GitHub server alike. */
export const REPOSITORY = 'example-org/example-check-in';
export const REPOSITORY_ID = 4_100_001;
export const RUN_ID = 7_300_001;
