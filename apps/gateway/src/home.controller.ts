import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AnswersText } from './docs/answers.js';
import { Public } from './http/auth.guard.js';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>IDS</title>
<style>
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; color: #1c2430; background: #fff; }
@media (prefers-color-scheme: dark) { body { color: #dde3ea; background: #14181e; } a { color: #8ab8ff; } }
code { font-family: ui-monospace, monospace; }
</style>
</head>
<body>
<h1>IDS</h1>
<p>This is the gateway of IDS. A task for a Python project comes in here, a parliament of model agents deliberates,
a coder writes, layers validate, and whatever fails is rolled back.</p>
<ul>
<li><a href="/docs">HTTP interface</a> (<a href="/docs-json">as OpenAPI</a>)</li>
<li><a href="/admin/queues">Queues</a></li>
<li><a href="/health/ready">Health</a> and <a href="/metrics">metrics</a></li>
</ul>
<p>From a terminal: <code>npx ids --help</code></p>
</body>
</html>
`;

@ApiTags('operations')
@Public()
@Controller()
export class HomeController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @ApiOperation({ summary: 'A page for people: what runs here' })
  @AnswersText('text/html', 'The page')
  page(): string {
    return PAGE;
  }
}
