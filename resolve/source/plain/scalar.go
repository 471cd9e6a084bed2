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

// inline reads what begins on the line of its key in a column, or of its dash.
func (p *Parser) inline(column int) *yaml.Node {
	switch rest := p.text[p.at:]; {
	case rest[0] == '[' || rest[0] == '{':
		p.flows = 0
		return p.flow()
	case rest[0] == '|':
		return p.literal(column)
	}
	return p.scalar()
}

// styled is a node that begins at the cursor.
func (p *Parser) styled(kind yaml.Kind, tag string, style yaml.Style) *yaml.Node {
	n := p.node(kind, tag, "", p.line, p.column()+1)
	n.Style = style
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
	n := p.styled(yaml.ScalarNode, "!!str", style)
	n.Value = p.text[from:end]
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
	return p.word(strings.TrimRight(p.text[p.at:end], " "))
}

// word makes a node of the plain text at the cursor, if it has but one meaning.
func (p *Parser) word(text string) *yaml.Node {
	tag := tagOf(text)
	if tag == "" {
		return nil
	}
	n := p.node(yaml.ScalarNode, tag, text, p.line, p.column()+1)
	p.at += len(text)
	return n
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
