import type { Fault } from './fault.js';

const USER = 'from a import first\n\n\ndef second():\n    return first\n';

/** New circles that break while modules are loaded. */
export const CIRCLES: readonly Fault[] = [
  {
    kind: 'a new circle of two',
    base: { 'a.py': 'def first():\n    return 1\n', 'b.py': USER },
    change: { 'a.py': 'from b import second\n\n\ndef first():\n    return second\n' },
    finds: [['a.py', 1, 15, 'import-cycle']],
    says: 'b -> a -> b',
    load: 'b',
    twin: { change: { 'a.py': 'def first():\n    from b import second\n\n    return second\n' }, load: 'b' },
  },
  {
    kind: 'a new circle of three',
    base: {
      'a.py': 'def first():\n    return 1\n',
      'b.py': 'from a import first\n\nsecond = first\n',
      'c.py': 'from b import second\n\nthird = second\n',
    },
    change: { 'a.py': 'from c import third\n\n\ndef first():\n    return third\n' },
    finds: [['a.py', 1, 15, 'import-cycle']],
    load: 'c',
    twin: { change: { 'a.py': 'def first():\n    import c\n\n    return c.third\n' }, load: 'c' },
  },
  {
    kind: 'a circle through a package',
    base: {
      'pkg/__init__.py': 'from .models import Model\n\nDEFAULT = Model\n',
      'pkg/models.py': 'class Model:\n    pass\n',
    },
    change: { 'pkg/models.py': 'from pkg import DEFAULT\n\n\nclass Model:\n    default = DEFAULT\n' },
    finds: [['pkg/models.py', 1, 17, 'import-cycle']],
    says: 'pkg -> pkg.models -> pkg',
    twin: {
      base: {
        'pkg/__init__.py': 'DEFAULT = 1\n\nfrom .models import Model\n',
        'pkg/models.py': 'class Model:\n    pass\n',
      },
      change: { 'pkg/models.py': 'from pkg import DEFAULT\n\n\nclass Model:\n    default = DEFAULT\n' },
    },
  },
  {
    kind: 'a circle of relative imports',
    base: {
      'pkg/__init__.py': '',
      'pkg/one.py': 'from .two import Two\n\n\nclass One(Two):\n    pass\n',
      'pkg/two.py': 'class Two:\n    pass\n',
    },
    change: { 'pkg/two.py': 'from .one import One\n\n\nclass Two:\n    kind = One\n' },
    finds: [['pkg/two.py', 1, 18, 'import-cycle']],
    load: 'pkg.one',
    twin: {
      change: { 'pkg/two.py': 'class Two:\n    kind = None\n\n\nfrom . import one  # noqa: E402\n' },
      load: 'pkg.two',
    },
  },
  {
    kind: 'a circle that reads an attribute too early',
    base: { 'a.py': 'first = 1\n', 'b.py': 'import a\n\nsecond = a.first\n' },
    change: { 'a.py': 'import b\n\nfirst = b.second\n' },
    finds: [['a.py', 3, 11, 'import-cycle']],
    load: 'b',
    twin: { change: { 'a.py': 'first = 1\n\nimport b  # noqa: E402\n' }, load: 'a' },
  },
  {
    kind: 'a definition moved below the import that leads back',
    base: {
      'a.py': 'first = 1\n\nfrom b import second  # noqa: E402\n',
      'b.py': 'from a import first\n\nsecond = first\n',
      'main.py': 'import a\n',
    },
    change: { 'a.py': 'from b import second\n\nfirst = 1\n' },
    finds: [['b.py', 1, 15, 'import-cycle']],
    load: 'main',
    twin: { change: { 'a.py': 'zero = 0\nfirst = 1\n\nfrom b import second  # noqa: E402\n' }, load: 'main' },
  },
  {
    kind: 'a circle that only breaks when entered at another place',
    base: {
      'site_app.py': 'def first():\n    return 1\n',
      'routes.py': 'from site_app import first\n\nroute = first\n',
      'main.py': 'import site_app\n',
    },
    change: { 'site_app.py': 'def first():\n    return 1\n\n\nfrom routes import route  # noqa: E402\n' },
    finds: [['site_app.py', 5, 20, 'import-cycle', 'warning']],
    says: "only when 'routes' is imported first",
    load: 'routes',
    twin: {
      base: {
        'site_app.py': 'def first():\n    return 1\n',
        'routes.py': 'import site_app\n\n\ndef route():\n    return site_app.first()\n',
        'main.py': 'import site_app\n',
      },
      change: { 'site_app.py': 'import routes\n\n\ndef first():\n    return 1\n' },
      load: 'routes',
    },
  },
  {
    kind: 'a circle that an entry of the project runs into',
    base: {
      'site_app.py': 'def first():\n    return 1\n',
      'routes.py': 'from site_app import first\n\nroute = first\n',
      'main.py': 'import routes\n',
    },
    change: { 'site_app.py': 'def first():\n    return 1\n\n\nfrom routes import route  # noqa: E402\n' },
    finds: [['site_app.py', 5, 20, 'import-cycle']],
    load: 'main',
    twin: {
      base: {
        'site_app.py': 'def first():\n    return 1\n\n\nfrom routes import route  # noqa: E402\n',
        'routes.py': 'from site_app import first\n\nroute = first\n',
        'main.py': 'import site_app\n',
      },
      change: { 'site_app.py': 'def first():\n    return 2\n\n\nfrom routes import route  # noqa: E402\n' },
      load: 'main',
    },
  },
];
