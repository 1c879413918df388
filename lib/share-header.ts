/** The header with the secret of a shared link, in lower case. Not with the schemas: the dashboard would bundle them. */
export const SHARE_HEADER = 'kitt-share'
