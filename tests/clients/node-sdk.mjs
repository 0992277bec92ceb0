// Sends one of each call with @segment/analytics-node, unmodified. Usage: node node-sdk.mjs HOST KEY COUNT
import { Analytics } from '@segment/analytics-node'

const [host, writeKey, count] = process.argv.slice(2)
const analytics = new Analytics({ host, writeKey, flushAt: 50, maxRetries: 3 })
const failures = []
analytics.on('error', (error) => failures.push(error))

const userId = 'node-şule'
analytics.identify({ userId, traits: { email: 'sule@shop.example', name: 'Şule Işık' } })
analytics.page({ userId, name: 'Home', properties: { url: 'https://shop.example/' } })
analytics.screen({ anonymousId: 'node-anonymous', name: 'Basket' })
analytics.group({ userId, groupId: 'household-1', traits: { size: 3 } })
analytics.alias({ userId, previousId: 'node-anonymous' })
for (let i = 0; i < Number(count); i++) {
  analytics.track({ userId, event: 'Order Completed', properties: { order_id: `n-${i}`, total: 12.5, note: 'a "quoted" 😀 text' }, timestamp: new Date('2026-01-02T03:04:05.678Z') })
}
await analytics.closeAndFlush({ timeout: 60000 })
if (failures.length > 0) {
  console.error(failures)
  process.exit(1)
}
