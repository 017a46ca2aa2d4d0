import { describe, expect, it } from '@jest/globals';
import { maskSecrets } from './mask-secrets.js';

describe('maskSecrets', () => {
  it.each([
    ['key = AKIAIOSFODNN7EXAMPLE', 'key = [masked]'],
    ['ghp_0123456789abcdefghijklmnopqrstuvwxyzAB', '[masked]'],
    ['sk-proj-abc123def456ghi789jkl012', '[masked]'],
    ['12345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1', '[masked]'],
    ['password = "hunter2!"', 'password = "[masked]"'],
    ["DB_PASSWORD: str = 'hunter2!'", "DB_PASSWORD: str = '[masked]'"],
    ['{"api_key": "9f8e7d6c5b4a", "x": 1}', '{"api_key": "[masked]", "x": 1}'],
    ['os.environ["SECRET_TOKEN"] = "a1b2c3d4e5"', 'os.environ["SECRET_TOKEN"] = "[masked]"'],
    ['export API_TOKEN=a1b2c3d4e5f6', 'export API_TOKEN=[masked]'],
    ['Authorization: Bearer abcdef0123456789abcdef', 'Authorization: Bearer [masked]'],
    ['postgres://me:pa55word@db:5432/x', 'postgres://me:[masked]@db:5432/x'],
    [
      '-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----',
      '-----BEGIN RSA PRIVATE KEY-----\n[masked]\n[masked]\n-----END RSA PRIVATE KEY-----',
    ],
  ])('masks a real secret: %s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
    expect(maskSecrets(masked)).toBe(masked);
  });

  it.each([
    'password = input("Password: ")',
    'def login(user, password: str = ""):',
    'raise ValueError("the password is wrong")',
    'token = "access"',
    'password = "<your password>"',
    'PASSWORD_FIELD = "password"',
    'url = f"postgres://{user}:{password}@{host}/x"',
    'token = get_token(12345678)',
    'api_key = os.environ["API_KEY_2"]',
    'secret_key = "change_me_1"',
    'Basic authentication-of-requests',
    'a = {"token": token, "x": "yyyyyyyy1"}',
    'x = y["token"] + "abcdefgh1"',
    'http://localhost:8080/a@b',
  ])('leaves code alone that only speaks of secrets: %s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });
});
