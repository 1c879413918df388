import { ADMIN_TOKEN, type TestApp } from './_setup.ts'

/** Posts as the admin, under an Idempotency-Key. */
export async function postKeyed(app: TestApp, path: string, key: string, body: unknown) {
  const response = await app.fetch(`http://test${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${ADMIN_TOKEN}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}
