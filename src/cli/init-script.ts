/** A k6 script for a service that has none: one request, with a check of its answer. */
export const FIRST_SCRIPT = `import { check } from 'k6';
import http from 'k6/http';

/**
 * What one client does, once. How often and how many at a time is the policy's business (.github/gates.yaml); Tidegate adds
 * the load, the time-out and, on AWS, the signature. A failed check counts as a wrong answer.
 */
export default function () {
  const response = http.get(\`\${__ENV.BASE_URL}/\`);
  check(response, { 'answers 200': ({ status }) => status === 200 });
}
`;
