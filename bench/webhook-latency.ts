import { startBotApiDouble, startRedis } from '@ids/testing';
import { latencyRatios } from './latency.js';
import { addressIn, startProgram } from './programs.js';
import type { Row } from './report.js';

const TOKEN = '1000:token-of-the-benchmark-0123456789';
const SECRET = 'secret-of-the-benchmark';
const CHATS = 500;

/** Latency of the webhook of Telegram against a bare route that does one Redis write. */
export async function webhookLatency(): Promise<Row[]> {
  const server = await startRedis();
  const api = await startBotApiDouble({ token: TOKEN });
  const people = Array.from({ length: CHATS }, (_, index) => 1_000 + index);
  const gateway = await startProgram('apps/gateway/src/main.js', {
    REDIS_URL: server.url,
    PORT: '0',
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: api.url,
    TELEGRAM_WEBHOOK_URL: 'http://127.0.0.1:1/telegram/webhook',
    TELEGRAM_WEBHOOK_SECRET: SECRET,
    ALLOWED_TELEGRAM_USERS: people.join(','),
  });
  const bare = await startProgram('bench/bare-route.js', { REDIS_URL: server.url });
  const body = (request: number): unknown => update(request, people[request % CHATS] ?? 0);
  try {
    return await latencyRatios(
      'POST /telegram/webhook',
      {
        url: `${addressIn(gateway.ready)}/telegram/webhook`,
        headers: { 'x-telegram-bot-api-secret-token': SECRET },
        body,
      },
      { url: `${addressIn(bare.ready)}/`, body },
    );
  } finally {
    await gateway.stop();
    await bare.stop();
    await api.close();
    await server.stop();
  }
}

/** A command that costs as little as any; it is answered while the next ones come in, as in life. */
function update(number: number, person: number): unknown {
  const from = { id: person, is_bot: false, first_name: `person ${person}` };
  const chat = { id: person, type: 'private', first_name: from.first_name };
  return { update_id: number + 1, message: { message_id: number + 1, date: 1, from, chat, text: '/whoami' } };
}
