import { config } from 'zod'

// The policy of the page allows no code made from text; Zod would try.
config({ jitless: true })
