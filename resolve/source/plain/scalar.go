package plain

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxKey is the length from which a key is left to yaml.v3, which takes 1024.
const maxKey = 512

// passColon steps over the colon behind a key.
func (p *Parser) passColon(key *yaml.Node) bool {
	if !p.atColon() || p.column()-key.Column > maxKey {
		return false
	}
	p.at++
	return true
}

// lineDone goes to the next line, if nothing stands behind n.
func (p *Parser) lineDone(n *yaml.Node) *yaml.Node {
	if n == nil || !p.restIsFiller() || !p.nextLine() {
		return nil
	}
	return n
}

// inline reads a scalar or an empty collection.
func (p *Parser) inline() *yaml.Node {
	switch rest := p.text[p.at:]; {
	case strings.HasPrefix(rest, "{}"):
		return p.flow(yaml.MappingNode, "!!map")
	case strings.HasPrefix(rest, "[]"):
		return p.flow(yaml.SequenceNode, "!!seq")
	}
	return p.scalar()
}

func (p *Parser) flow(kind yaml.Kind, tag string) *yaml.Node {
	n := p.node(kind, tag, "", p.line, p.column()+1)
	n.Style = yaml.FlowStyle
	p.at += len("{}")
	return n
}

// scalar reads a word, plain or in quotes, that ends on its line.
func (p *Parser) scalar() *yaml.Node {
	switch c := p.text[p.at]; {
	case c == '"':
		return p.quoted(`"\`, yaml.DoubleQuotedStyle)
	case c == '\'':
		return p.quoted(`'`, yaml.SingleQuotedStyle)
	case isLetter(c) || c >= '0' && c <= '9' || strings.IndexByte("_/.$(+~", c) >= 0 || c == '-' && !isBlank(p.text[p.at+1]):
		return p.plain()
	}
	return nil
}

// quoted reads up to the closing quote; stops are it, and the escape in which it
// may stand.
func (p *Parser) quoted(stops string, style yaml.Style) *yaml.Node {
	from := p.at + 1
	end := from
	for c := p.text[end]; c != stops[0]; c = p.text[end] {
		if c == '\n' || c == stops[len(stops)-1] {
			return nil
		}
		end++
	}
	if p.text[end+1] == stops[0] { // two single quotes stand for one
		return nil
	}
	n := p.node(yaml.ScalarNode, "!!str", p.text[from:end], p.line, p.column()+1)
	n.Style = style
	p.at = end + 1
	return n
}

// plain reads up to a colon or comment, or to the end of the line.
func (p *Parser) plain() *yaml.Node {
	end := p.at
	for c := p.text[end]; c != '\n'; c = p.text[end] {
		if c == ':' && isBlank(p.text[end+1]) || c == '#' && p.text[end-1] == ' ' {
			break
		}
		end++
	}
	value := strings.TrimRight(p.text[p.at:end], " ")
	n := p.node(yaml.ScalarNode, "", value, p.line, p.column()+1)
	n.Tag = tagOf(n)
	p.at += len(value)
	return n
}

// tagOf is what a plain word means: yaml.v3 says it, but no word longer than
// "false" that begins with a letter is anything but a string.
func tagOf(n *yaml.Node) string {
	if isLetter(n.Value[0]) && len(n.Value) > len("false") {
		return "!!str"
	}
	return n.ShortTag()
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
