import { config } from 'zod'

// The Content-Security-Policy forbids eval, which Zod would try.
config({ jitless: true })
