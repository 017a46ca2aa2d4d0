import { chmod, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, until, type TestProject } from '@ids/testing';
import { execa } from 'execa';
import { changesTo, messages, runLayer, SYSTEM, type LayerOptions } from '../test/run-layer.js';
import type { Outcome } from './layer.js';

jest.setTimeout(120_000);

/** The command lines of all processes. */
async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.join('\n');
}

/** A test of bubblewrap, and of a machine without it whose project does without. */
const inBoth = (title: string, test: (options: LayerOptions) => Promise<void>): void => {
  it(`${title}, in bubblewrap`, () => test({}));
  it(`${title}, without a sandbox`, async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      await test({ settings: { testSandbox: 'unsandboxed' } });
    } finally {
      process.env['PATH'] = path;
    }
  });
};

describe('the sandbox of the tests', () => {
  let project: TestProject;
  let outside: TestProject;
  /** Where private folders are made. */
  let temp: TestProject;
  /** An argument of every process that the tests start here. */
  let marker: string;
  beforeEach(async () => {
    project = await makeProject({ 'a.py': '' });
    outside = await makeProject({ secret: 'a secret' });
    // It must not be the rights of its folder that keep the tests' user out.
    await chmod(outside.path, 0o755);
    temp = await makeProject();
    marker = `ids-marker-${randomUUID()}`;
  });
  afterEach(async () => {
    // Whatever a test does: nothing is left of it.
    expect(await readdir(temp.path)).toEqual([]);
    expect(await commandLines()).not.toContain(marker);
    await Promise.all([project, outside, temp].map((each) => each.remove()));
  });

  /** Runs a Python script as the project's test command; it has to exit with 0. */
  const run = async (script: string, options: LayerOptions = {}): Promise<Outcome> => {
    await project.write('check.py', script);
    return await runLayer(project.path, undefined, {
      temp: temp.path,
      ...options,
      settings: { testCommand: ['python3', 'check.py', marker], ...options.settings },
    });
  };
  it('reaches no network, but has a loopback of its own', async () => {
    let connections = 0;
    const server: Server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const tries =
      'import socket\n' +
      'def refused(call, *args):\n    try: call(*args)\n    except OSError: return True\n' +
      `assert refused(socket.create_connection, ("127.0.0.1", ${address.port}), 2)\n` +
      'assert refused(socket.create_connection, ("192.0.2.1", 80), 2)\n' +
      'assert refused(socket.getaddrinfo, "example.com", 80)\n' +
      'assert socket.getaddrinfo("localhost", 80)\n' +
      'own = socket.create_server(("localhost", 0))\nsocket.create_connection(own.getsockname(), 2)\n';
    const outcome = await run(tries);
    expect(messages(outcome)).toBe('');
    expect(outcome.status).toBe('passed');
    expect(connections).toBe(0);
    // The listener would have seen it: without a sandbox the same line reaches it.
    await execa('python3', [
      '-c',
      `import socket; socket.create_connection(("127.0.0.1", ${address.port}), 2)`,
    ]);
    await until(() => connections === 1);
    await new Promise((resolve) => server.close(resolve));
  });

  it('writes nowhere but into the copy and its own temporary folder, also through links', async () => {
    await symlink(outside.path, join(project.path, 'out'));
    await symlink(join(outside.path, 'secret'), join(project.path, 'link'));
    await symlink(join(project.path, 'a.py'), join(project.path, 'own'));
    await mkdir(join(project.path, 'closed'));
    await chmod(join(project.path, 'closed'), 0o555);
    const [before, around] = await Promise.all([snapshotTree(project.path), snapshotTree(outside.path)]);
    const places = [
      '/x',
      '/usr/x',
      '/usr/bin/x',
      '/etc/x',
      '/root/x',
      '/home/x',
      '/var/x',
      '/ids/x',
      '/ids/runners/start.py',
      '/proc/sys/kernel/hostname',
      '/dev/x',
      'out/x',
      'link',
      join(outside.path, 'x'),
    ];
    const outcome = await run(
      'import os\n' +
        `for place in ${JSON.stringify(places)}:\n    try: open(place, "w").write("x")\n    except OSError: continue\n    raise SystemExit(place + " was written")\n` +
        'open("own", "w").write("changed")\nopen("new", "w").close()\nopen("/tmp/new", "w").close()\n' +
        'assert open("a.py").read() == "changed"\nos.rmdir("closed")\n',
    );
    expect(messages(outcome)).toBe('');
    expect({ ...(await snapshotTree(project.path)), 'check.py': '' }).toEqual({ ...before, 'check.py': '' });
    expect(await snapshotTree(outside.path)).toEqual(around);
  });

  it('shows nothing of the machine but the system and Python', async () => {
    await symlink(join(outside.path, 'secret'), join(project.path, 'link'));
    // An environment that came with the project, with a link to what is none of its business.
    await project.write('.venv/pyvenv.cfg', 'home = /usr/bin\n');
    await symlink(outside.path, join(project.path, '.venv/share'));
    await symlink('/usr/bin', join(project.path, '.venv/bin'));
    const places = [
      join(outside.path, 'secret'),
      'link',
      '.venv/share/secret',
      '/etc/shadow',
      '/root/.profile',
      '/var/lib/dpkg/status',
      `/proc/${process.pid}/status`,
    ];
    const outcome = await run(
      `import os\nfor place in ${JSON.stringify(places)}:\n    assert not os.path.exists(place), place\n` +
        'assert os.path.exists(".venv/pyvenv.cfg")\n' +
        'assert "IDS_SECRET" not in os.environ\nassert os.environ["HOME"] == "/tmp"\n' +
        'status = open("/proc/self/status").read()\n' +
        'assert "CapEff:\\t0000000000000000" in status and "NoNewPrivs:\\t1" in status, status\n',
      {
        python: { ...SYSTEM, environment: join(project.path, '.venv') },
      },
    );
    expect(messages(outcome)).toBe('');
  });

  it('bounds processes, also for root', async () => {
    const outcome = await run(
      'import os, sys, time\nborn = 0\n' +
        'for _ in range(2000):\n' +
        '    try: child = os.fork()\n    except OSError: break\n' +
        '    if child == 0:\n        time.sleep(30)\n        os._exit(0)\n' +
        '    born += 1\n' +
        'raise SystemExit(f"{born} were born")\n',
      { limits: { processes: 40 } },
    );
    const born = Number(
      /(\d+) were born/.exec(messages(outcome))?.[1] ??
        (/limit of processes/.test(messages(outcome)) ? 0 : NaN),
    );
    expect(born).toBeLessThan(40);
  });

  inBoth('bounds the memory of a process, and of all together', async (options) => {
    const bomb = 'try: bytearray(300 << 20)\nexcept MemoryError: raise SystemExit("no memory")\n';
    expect(messages(await run(bomb, { ...options, limits: { memoryMb: 200 } }))).toMatch(/no memory/);
    const many =
      'import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        kept = bytearray(b"x" * (80 << 20))\n        time.sleep(60)\ntime.sleep(60)\n';
    expect(messages(await run(many, { ...options, limits: { memoryMb: 250 } }))).toBe(
      'the limit of memory was exceeded',
    );
  });

  inBoth('bounds files, the disk and the output', async (options) => {
    const large = 'open("large", "wb").write(bytes(3 << 20))\n';
    expect(messages(await run(large, { ...options, limits: { fileMb: 2 } }))).toMatch(
      /exit code|signal 25|SIGXFSZ/,
    );
    const many =
      'import time\nfor i in range(50):\n    open(f"/tmp/{i}" if i % 2 else str(i), "wb").write(bytes(1 << 20))\ntime.sleep(60)\n';
    if (options.settings === undefined) {
      expect(messages(await run(many, { ...options, limits: { diskMb: 20 } }))).toBe(
        'the limit of disk was exceeded',
      );
    }
    const loud = 'while True: print("x" * 10000)\n';
    expect(messages(await run(loud, { ...options, limits: { outputMb: 5 } }))).toBe(
      'the limit of output was exceeded',
    );
  });

  inBoth(
    'leaves no process, also none that left its group, and whatever ignores signals',
    async (options) => {
      const daemon =
        'import os, signal, subprocess, sys, time\n' +
        'for number in range(1, 32):\n    try: signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n' +
        'subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)", sys.argv[1]], start_new_session=True)\n';
      await run(daemon, options);
      expect(await commandLines()).not.toContain(marker);
      expect(
        messages(await run(`${daemon}time.sleep(300)\n`, { ...options, limits: { seconds: 3 } })),
      ).toMatch(/longer than 3 s/);
      expect(await commandLines()).not.toContain(marker);
    },
  );

  inBoth('ends at once when it is aborted, with the reason', async (options) => {
    const stop = new AbortController();
    const running = run('import time\ntime.sleep(300)\n', { ...options, signal: stop.signal });
    await until(async () => (await commandLines()).includes(`check.py\0${marker}`), 30_000);
    stop.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
  });

  inBoth('is removed whatever the tests leave there', async (options) => {
    const odd =
      'import os, socket\nos.makedirs("closed/inner")\nopen("closed/inner/file", "w").close()\nos.chmod("closed/inner", 0)\nos.chmod("closed", 0)\n' +
      'os.mkfifo("pipe")\nsocket.socket(socket.AF_UNIX).bind("socket")\n' +
      'for _ in range(1500):\n    os.mkdir("deep" * 4)\n    os.chdir("deep" * 4)\n';
    expect(messages(await run(odd, options))).toBe('');
  });

  it('is refused with advice where bubblewrap is missing or does not work', async () => {
    const path = process.env['PATH'];
    await outside.write('bwrap', '#!/bin/sh\necho "No permissions to create new namespace" >&2\nexit 1\n');
    await chmod(join(outside.path, 'bwrap'), 0o755);
    try {
      process.env['PATH'] = '/nowhere';
      const missing = await run('', { wanted: true });
      expect(missing.status).toBe('skipped');
      expect(missing.reason).toMatch(
        /bwrap.*not found.*apt-get install bubblewrap.*"unsandboxed".*all rights of the worker/,
      );
      process.env['PATH'] = outside.path;
      const required = await run('', { wanted: 'required' });
      expect(required.status).toBe('failed');
      expect(messages(required)).toMatch(/does not work here: No permissions to create new namespace/);
      const without = await run('', { settings: { testSandbox: 'unsandboxed' } });
      expect(without).toMatchObject({ status: 'passed', tool: expect.stringMatching(/in no sandbox$/) });
      expect(without.reason).toMatch(/without a sandbox, with all rights of the worker.*No permissions/);
    } finally {
      process.env['PATH'] = path;
    }
    // It is tried again, and goes first also for who would do without.
    const now = await run('', { settings: { testSandbox: 'unsandboxed' } });
    expect(now).toMatchObject({ status: 'passed', tool: expect.stringMatching(/in bubblewrap$/) });
    expect(now.reason).toBeUndefined();
  });

  it('copies no more than it may, and says what is large', async () => {
    await project.write('data/large.bin', Buffer.alloc(3 << 20));
    await execa('mkfifo', [join(project.path, 'pipe')]);
    const refused = await run('', { limits: { copyMb: 2 } });
    expect(refused.status).toBe('skipped');
    expect(refused.reason).toMatch(
      /too large.* 3 MB, the limit is 2 MB; the most is in data \(3 MB\).*testCopyMb/,
    );
    expect((await run('', { limits: { copyFiles: 2 } })).reason).toMatch(/more than 2 files/);
    expect((await run('import os\nassert not os.path.exists("pipe")\n')).status).toBe('passed');
  });

  it('takes the environment of the project where it lies, without the right to write', async () => {
    await project.write('.venv/pyvenv.cfg', 'home = /usr/bin\n');
    await mkdir(join(project.path, '.venv/bin'));
    await symlink('/usr/bin/python3', join(project.path, '.venv/bin/python'));
    // An editable install leads to the project by its absolute path: there the copy has to be.
    await project.write('.venv/lib/python3.11/site-packages/own.pth', `${join(project.path, 'lib')}\n`);
    await project.write('lib/installed.py', 'VALUE = 1\n');
    await project.write(
      'test_a.py',
      'import installed, sys, unittest\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(installed.VALUE, 1)\n        self.assertTrue(sys.prefix.endswith(".venv"))\n        self.assertRaises(OSError, open, sys.prefix + "/lib/x", "w")\n',
    );
    const python = { ...SYSTEM, environment: join(project.path, '.venv') };
    const changes = await changesTo(project.path, { 'lib/installed.py': 'VALUE = 2\n' });
    const outcome = await runLayer(project.path, changes, { python, temp: temp.path });
    expect(messages(outcome)).toMatch(
      /^test failed, which passed before: test_a.py::T::test: AssertionError: 2 != 1$/,
    );
  });
});
