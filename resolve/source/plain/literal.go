package plain

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// literal reads the text below "|" or "|-": the lines that are deeper than the
// column of the key or dash, without the indentation of the first.
func (p *Parser) literal(column int) *yaml.Node {
	n := p.styled(yaml.ScalarNode, "!!str", yaml.LiteralStyle)
	p.at++
	strip := p.text[p.at] == '-'
	if strip {
		p.at++
	}
	if !p.restIsFiller() {
		return nil
	}
	first := p.text[p.at+1:]
	indent := len(first) - len(strings.TrimLeft(first, " "))
	if indent <= column || indent == len(first) || first[indent] == '\n' {
		return nil
	}
	n.Value = p.indented(indent)
	if strip {
		n.Value = strings.TrimSuffix(n.Value, "\n")
	}
	if p.at == len(p.text)-1 && p.unclosed {
		return nil // whether the last line ends is part of the text
	}
	return n
}

// indented takes the lines that have so many spaces off them, and the empty ones
// between, and goes to the end of the last.
func (p *Parser) indented(indent int) string {
	var b strings.Builder
	empty := 0
	for start := p.at + 1; start < len(p.text); start = p.at + 1 {
		from := start
		for from < start+indent && p.text[from] == ' ' {
			from++
		}
		switch {
		case p.text[from] == '\n':
			empty++
			p.at = from
		case from < start+indent:
			return b.String()
		default:
			for ; empty > 0; empty-- {
				b.WriteByte('\n')
			}
			p.at = from
			p.endOfLine()
			b.WriteString(p.text[from : p.at+1])
		}
		p.start, p.line = start, p.line+1
	}
	return b.String()
}
