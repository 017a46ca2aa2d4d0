export * from './bot-api-double.js';
export { type DoubleChat, type ShownMessage } from './chats.js';
export { FLOOD_LIMITS, type FloodLimits } from './flood.js';
export { parseHtml, type Entity, type Formatted } from './html.js';
export { Refusal, badRequest, forbidden, tooManyRequests } from './refusal.js';
export { type Update } from './updates.js';
