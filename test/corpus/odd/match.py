match command:
    case [x, *rest] if x:
        import matched
        in_case = 1

        def in_match(): pass
    case {"a": 1, **others} | Point(x=0):
        class InMatch: pass

class Own:
    match command:
        case 1:
            attribute: int = 1
            def method(self):
                match self:
                    case _:
                        self.instance = 1
                        yield
