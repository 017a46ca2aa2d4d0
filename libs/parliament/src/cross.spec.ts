import { describe, expect, it } from '@jest/globals';
import { parseCross } from './cross.js';

const vote = { confidence: 80, risk: 20, outcome: 75, approach: 'Do it', concerns: ['a'] };
const json = JSON.stringify(vote);
const withScores = (changes: object): string => JSON.stringify({ ...vote, ...changes });
const LINES = 'Confidence: 80\nRisk: 20\nOutcome: 75\nApproach: Do it\nConcerns:\n- a';

const ACCEPTED: [string, string][] = [
  ['bare JSON', json],
  ['indented JSON', JSON.stringify(vote, null, 2)],
  ['JSON with spaces around', `\n\n  ${json}  \n`],
  ['JSON in a fence', `\`\`\`json\n${json}\n\`\`\``],
  ['JSON in a fence of tildes', `~~~\n${json}\n~~~`],
  ['JSON after prose', `Here is my vote:\n${json}`],
  ['JSON before prose', `${json}\nThat is all.`],
  ['JSON in prose with braces', `A set {1, 2} and {x} first.\n${json}\nAnd {} last.`],
  ['JSON after the form that was asked for', `The form is {"confidence": 0-100, "risk": 0-100}.\n${json}`],
  ['JSON after thinking', `<think>risk 90? {"confidence": 1}</think>\n${json}`],
  ['JSON in a wrapper', JSON.stringify({ vote })],
  ['JSON in a list', JSON.stringify([vote])],
  ['the same JSON twice', `${json}\n${json}`],
  [
    'keys in another case',
    '{"Confidence": 80, "RISK": 20, "Outcome": 75, "Approach": "Do it", "Concerns": ["a"]}',
  ],
  ['further keys', withScores({ role: 'x', votes: 3 })],
  ['numeric strings', withScores({ confidence: '80', risk: '20', outcome: '75' })],
  ['percent strings', withScores({ confidence: '80%', risk: ' 20 % ', outcome: '75/100' })],
  ['decimals that are whole', withScores({ confidence: 80.0 })],
  ['concerns as one text', withScores({ concerns: 'a' })],
  ['an approach in steps', withScores({ approach: ['Do it'] })],
  ['control characters', withScores({ approach: 'Do\u0000 it\u001b', concerns: ['\u0007a'] })],
  ['the same numbers also in lines', `${json}\nConfidence: 80\nRisk: 20`],
  ['an approach in the prose', `Do it\n${withScores({ approach: '' })}`],
  ['no approach but prose', `Do it\n\`\`\`json\n${withScores({ approach: undefined })}\n\`\`\``],
  ['lines', LINES],
  ['lines with CRLF', LINES.replaceAll('\n', '\r\n')],
  [
    'bold labels',
    '**Confidence**: 80\n**Risk**: 20%\n**Outcome**: 75\n**Approach**: Do it\n**Concerns**:\n* a',
  ],
  [
    'bold with the colon inside',
    '**Confidence:** 80\n**Risk:** 20\n**Outcome:** 75\n**Approach:** Do it\n**Concerns:**\n- a',
  ],
  ['a list', '- Confidence: 80\n- Risk: 20\n- Outcome: 75\n- Approach: Do it\n- Concerns: a'],
  ['a numbered list', '1. Confidence: 80\n2. Risk: 20\n3. Outcome: 75\nApproach: Do it\nConcerns: a'],
  ['equals signs', 'confidence = 80\nrisk = 20\noutcome = 75\napproach = Do it\nconcerns = a'],
  [
    'out of a hundred',
    'Confidence: 80/100\nRisk: 20 / 100\nOutcome: 75 out of 100\nApproach: Do it\nConcerns: a',
  ],
  ['one line', 'Confidence: 80, Risk: 20, Outcome: 75\nApproach: Do it\nConcerns: a'],
  ['one line with bars', 'Confidence: 80 | Risk: 20 | Outcome: 75\nApproach: Do it\nConcerns: a'],
  ['a table', '| Confidence | 80 |\n| Risk | 20 |\n| Outcome | 75 |\n\nApproach: Do it\nConcerns: a'],
  [
    'score in the label',
    'Confidence score: 80\nRisk level: 20\nOutcome scoring: 75\nApproach: Do it\nConcerns: a',
  ],
  [
    'a scale in the label',
    'Confidence (0-100): 80\nRisk (0-100): 20\nOutcome (0-100): 75\nApproach: Do it\nConcerns: a',
  ],
  [
    'words after the number',
    'Confidence: 80 (rather sure)\nRisk: 20, low\nOutcome: 75.\nApproach: Do it\nConcerns: a',
  ],
  ['headings', '# Approach\nDo it\n# Concerns\n1. a\n\nConfidence: 80\nRisk: 20\nOutcome: 75'],
  ['prose for an approach', 'Do it\nConfidence: 80\nRisk: 20\nOutcome: 75\nConcerns: a'],
  ['a label repeated with the same number', `${LINES}\nRisk: 20`],
  [
    'a label used in prose',
    'Risk: see below\nConfidence: 80\nRisk: 20\nOutcome: 75\nApproach: Do it\nConcerns: a',
  ],
];

const REFUSED: [string, string, RegExp][] = [
  ['nothing', '', /empty/],
  ['spaces', ' \n ', /empty/],
  ['thinking only', `<think>${json}</think>`, /empty/],
  ['prose', 'I think that this is a good idea.', /"confidence" is missing/],
  ['an empty object', '{}', /missing/],
  ['a score missing', withScores({ risk: undefined }), /"risk" is missing/],
  ['a score null', withScores({ risk: null }), /"risk" is not a number/],
  ['a score true', withScores({ risk: true }), /"risk" is not a number/],
  ['a score in a list', withScores({ risk: [20] }), /"risk" is not a number/],
  ['a score in words', withScores({ risk: 'low' }), /"risk" is not a number/],
  ['a range', withScores({ risk: '20-30' }), /"risk" is not a number/],
  ['out of ten', withScores({ risk: '2/10' }), /"risk" is not a number/],
  ['101', withScores({ risk: 101 }), /"risk" is not a number from 0 to 100/],
  ['-1', withScores({ risk: -1 }), /"risk" is not a number from 0 to 100/],
  ['a text out of range', withScores({ confidence: '180%' }), /"confidence" is not a number from 0 to 100/],
  ['1e999', json.replace('80', '1e999'), /"confidence" is not a number/],
  ['NaN', json.replace('80', 'NaN'), /missing/],
  ['fractions of one', withScores({ confidence: 0.8, risk: 0.2, outcome: 0.75 }), /scale from 0 to 1/],
  ['cut JSON', json.slice(0, -5), /missing/],
  ['JSON with a trailing comma', json.replace('}', ',}'), /missing/],
  ['a key twice in JSON', json.replace('"risk":20', '"risk":20,"risk":60'), /twice/],
  ['a key twice in another case', json.replace('"risk":20', '"risk":20,"RISK":60'), /twice/],
  ['a second score deeper down', withScores({ old: { risk: 60 } }), /twice/],
  ['two votes that differ', `${json}\n${withScores({ risk: 60 })}`, /"risk" has several values/],
  ['a vote and a part of one', `${json}\n{"risk": 20}`, /"confidence" is missing/],
  ['a line against the JSON', `${json}\nRisk: 60`, /"risk" has several values/],
  ['lines that differ', `${LINES}\nRisk: 60`, /"risk" has several values/],
  ['a line missing', LINES.replace('Risk: 20\n', ''), /"risk" is missing/],
  ['a range in a line', LINES.replace('20', '20-30'), /not one clear number/],
  ['a range with a dash in a line', LINES.replace('20', '20–30'), /not one clear number/],
  ['two numbers in a line', LINES.replace('20', '20 or 30'), /not one clear number/],
  ['out of ten in a line', LINES.replace('20', '2/10'), /not one clear number/],
  ['a decimal comma', LINES.replace('20', '20,5'), /not one clear number/],
  ['an exponent in a line', LINES.replace('20', '2e1'), /not one clear number/],
  ['words for numbers', LINES.replace('20', 'twenty'), /"risk" is missing/],
  ['101 in a line', LINES.replace('20', '101'), /"risk" is not a number/],
  ['-1 in a line', LINES.replace('20', '-1'), /"risk" is not a number/],
  ['an approach that is empty, without prose', withScores({ approach: ' ' }), /approach is empty/],
  ['numbers only', 'Confidence: 80\nRisk: 20\nOutcome: 75', /approach is empty/],
  ['a reply without end', 'x'.repeat(200_001), /too long/],
  ['nothing but braces', '{'.repeat(100_000), /too many braces/],
];

describe('parseCross', () => {
  it.each(ACCEPTED)('reads %s', (_name, reply) => {
    expect(parseCross(reply)).toEqual({ ok: true, value: vote });
  });

  it.each(REFUSED)('refuses %s', (_name, reply, reason) => {
    const parsed = parseCross(reply);
    expect(parsed.ok ? 'a vote' : parsed.error).toMatch(reason);
  });

  it('takes the bounds themselves', () => {
    const parsed = parseCross(withScores({ confidence: 100, risk: 0, outcome: 0 }));
    expect(parsed).toMatchObject({ ok: true, value: { confidence: 100, risk: 0, outcome: 0 } });
  });

  it('keeps an approach with braces, quotes and scores in it as it is', () => {
    const approach = 'Use {"risk": 99} and "confidence": 1,\nRisk: 3\n';
    expect(parseCross(withScores({ approach }))).toMatchObject({
      ok: true,
      value: { approach: approach.trim() },
    });
  });

  it('cuts what is too long', () => {
    const parsed = parseCross(
      withScores({ approach: 'a'.repeat(50_000), concerns: Array(25).fill('c'.repeat(5_000)) }),
    );
    if (!parsed.ok) throw new Error(parsed.error);
    expect(parsed.value.approach).toHaveLength(12_000);
    expect(parsed.value.concerns).toHaveLength(20);
    expect(parsed.value.concerns[0]).toHaveLength(1_000);
  });

  it('is quick on hostile replies', () => {
    const start = Date.now();
    for (const piece of ['{"a":', '*', '**Risk', '- ', '"', '{"\\"', 'Confidence:', '<think>', '|', ',risk'])
      parseCross(piece.repeat(Math.floor(199_000 / piece.length)));
    expect(Date.now() - start).toBeLessThan(5_000);
  });
});
