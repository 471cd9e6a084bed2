package plain

import "go.yaml.in/yaml/v3"

// flow reads a list in brackets, of words on one line.
func (p *Parser) flow() *yaml.Node {
	n := p.styled(yaml.SequenceNode, "!!seq", yaml.FlowStyle)
	from := len(p.open)
	p.at++
	p.skipBlanks()
	for p.text[p.at] != ']' || len(p.open) > from {
		item := p.flowWord()
		if item == nil {
			return nil
		}
		p.open = append(p.open, item)
		p.skipBlanks()
		if p.text[p.at] == ']' {
			break
		}
		if p.text[p.at] != ',' {
			return nil
		}
		p.at++
		p.skipBlanks()
	}
	p.at++
	n.Content = p.children(from)
	return n
}

// flowWord reads an element: in quotes, or of characters that mean nothing in
// brackets.
func (p *Parser) flowWord() *yaml.Node {
	if c := p.text[p.at]; c == '"' || c == '\'' {
		return p.scalar()
	}
	end := p.at
	for isFlowWord(p.text[end]) || end > p.at && p.text[end] == '-' {
		end++
	}
	if end == p.at {
		return nil
	}
	return p.word(p.text[p.at:end])
}

func isFlowWord(c byte) bool {
	return isLetter(c) || c >= '0' && c <= '9' || c == '.' || c == '/' || c == '_'
}
