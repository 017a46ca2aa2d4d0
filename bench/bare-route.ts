import { createServer } from 'node:http';
import express from 'express';
import { loadSettings } from '@ids/config';
import { connectRedis, untilReady } from '@ids/store';

/** The least that a route with one Redis write can be: what POST /v1/sessions is measured against. */
const redis = connectRedis(loadSettings().redisUrl, 'producer');
await untilReady(redis, 10_000);
const app = express();
app.use(express.json());
let count = 0;
app.post('/', (request, response, next) => {
  count += 1;
  redis
    .hset('bare', String(count), JSON.stringify(request.body))
    .then(() => response.status(202).json({ id: count }), next);
});
const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  process.stdout.write(`listening on http://127.0.0.1:${address.port}\n`);
});
process.once('SIGTERM', () => process.exit(0));
