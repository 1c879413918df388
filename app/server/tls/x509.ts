/**
 * Loads @peculiar/x509 when a certificate has to be made and not before: it takes 200 ms, most starts need none.
 * Its dependency tsyringe refuses to load without the metadata functions, which it asks only about constructor
 * parameters to inject; the library has none.
 */
export async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  if (!('getMetadata' in Reflect)) {
    const nothing = () => undefined
    Object.assign(Reflect, { getMetadata: nothing, getOwnMetadata: nothing, defineMetadata: nothing })
  }
  return import('@peculiar/x509')
}
