"""Writes mutants of real files: one token, indentation or bracket of each is changed, by a seeded choice.

Started as ``python3 -I -S -B mutants.py ROOT OUT SEED COUNT``; reads paths relative to ROOT, one a line, and
says of each mutant in one line of JSON where it lies, what it was made of and how.
"""

import io
import json
import os
import random
import re
import sys
import tokenize

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
LARGEST = 60_000
BRACKETS = set("()[]{}")
INDENTATIONS = ["", " ", "  ", "    ", "\t", "        "]
# Half of the mutants of such files are changed where bytes and characters differ.
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class Original:
    """A file that can be tokenized, with the places of its tokens."""

    def __init__(self, file):
        with open(file, "rb") as handle:
            data = handle.read()
        self.encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        self.text = data.decode(self.encoding)
        lines = LINE.findall(self.text)
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))
        self.spans = []
        for token in tokenize.generate_tokens(iter(lines + [""]).__next__):
            start, end = self.place(token.start), self.place(token.end)
            # Some versions are wrong about the places within f-strings.
            if start < end and self.text[start:end] == token.string:
                self.spans.append((start, end))

    def place(self, position):
        row, column = position
        return min(self.starts[min(row, len(self.starts)) - 1] + column, len(self.text))

    def choose(self, rng, spans):
        special = [span for span in spans if BEYOND_ASCII.search(self.line_of(span))]
        return rng.choice(special if special and rng.random() < 0.5 else spans)

    def line_of(self, span):
        begin = max(self.text.rfind("\n", 0, span[0]), self.text.rfind("\r", 0, span[0])) + 1
        return LINE.match(self.text, begin).group()


def dropped(original, rng):
    start, end = original.choose(rng, original.spans)
    return original.text[:start] + original.text[end:], start


def doubled(original, rng):
    start, end = original.choose(rng, original.spans)
    text = original.text
    return text[:end] + " " + text[start:end] + text[end:], start


def swapped(original, rng):
    first = original.choose(rng, original.spans[:-1])
    second = original.spans[original.spans.index(first) + 1]
    text = original.text
    middle = text[second[0] : second[1]] + text[first[1] : second[0]] + text[first[0] : first[1]]
    return text[: first[0]] + middle + text[second[1] :], first[0]


def indented(original, rng):
    start = rng.choice(original.starts[:-1])
    old = re.compile(r"[ \t]*").match(original.text, start)
    new = rng.choice([each for each in INDENTATIONS if each != old.group()])
    return original.text[:start] + new + original.text[old.end() :], start


def unbracketed(original, rng):
    brackets = [span for span in original.spans if original.text[span[0] : span[1]] in BRACKETS]
    if not brackets:
        return original.text, 0
    start, end = original.choose(rng, brackets)
    return original.text[:start] + original.text[end:], start


WAYS = [dropped, doubled, swapped, indented, unbracketed]


def originals(root, paths, rng):
    """Files by chance without an end, every third one with characters beyond ASCII."""
    plain, special = [], []
    for path in paths:
        with open(os.path.join(root, path), "rb") as handle:
            data = handle.read(LARGEST + 1)
        if 0 < len(data) <= LARGEST:
            (plain if data.isascii() else special).append(path)
    while True:
        path = rng.choice(special if rng.random() < 1 / 3 else plain)
        try:
            yield path, Original(os.path.join(root, path))
        except (SyntaxError, ValueError, tokenize.TokenError):
            continue


def main(root, out, seed, count):
    rng = random.Random(int(seed))
    found = originals(root, [line.rstrip("\n") for line in sys.stdin], rng)
    made = 0
    while made < int(count):
        path, original = next(found)
        way = WAYS[made % len(WAYS)]
        text, place = way(original, rng)
        if text == original.text:
            continue
        name = "mutant%03d.py" % made
        with open(os.path.join(out, name), "wb") as handle:
            handle.write(text.encode(original.encoding))
        line = 1 + len(re.findall(r"\r\n|\r|\n", original.text[:place]))
        print(json.dumps({"name": name, "made": "%s, line %d %s" % (path, line, way.__name__)}))
        made += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
