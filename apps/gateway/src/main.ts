/** The gateway's entry. It imports nothing before the version is checked: older versions fail in the imports. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `IDS needs Node.js 22.15 or newer, this is ${process.versions.node}; "npm start" runs on the one that npm ci brought.\n`,
  );
  process.exitCode = 1;
} else {
  const { run } = await import('./run.js');
  await run();
}
