import { isBelow, routeOf } from '../../k6/routes';

const API = 'https://api.example.com/prod';

it.each([
  ['get', `${API}/health`, 'GET /health'],
  ['GET', `${API}/v1/orders/12345/lines?limit=5`, 'GET /v1/orders/{id}/lines'],
  ['POST', `${API}/users/6f9619ff-8b86-d011-b42d-00c04fc964ff`, 'POST /users/{id}'],
  ['GET', API, 'GET /'],
  ['GET', `${API}?x=1`, 'GET /'],
  ['GET', `${API}uction/a`, 'GET https://api.example.com/production/a'],
  ['GET', 'https://other.example.com', 'GET https://other.example.com/'],
])('%s %s is called %s', (method, url, route) => {
  expect(routeOf(method, url, API)).toBe(route);
});

it('takes no other host for the API because its name begins alike', () => {
  expect(isBelow('https://api.example.com.evil.test/x', 'https://api.example.com')).toBe(false);
  expect(isBelow('https://api.example.com@evil.test/x', 'https://api.example.com')).toBe(false);
  expect(isBelow('https://api.example.com/x', 'https://api.example.com')).toBe(true);
});
