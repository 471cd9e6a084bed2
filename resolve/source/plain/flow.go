package plain

import "go.yaml.in/yaml/v3"

// maxFlow is how deep brackets and braces may nest.
const maxFlow = 8

// flow reads what stands in brackets or braces on one line.
func (p *Parser) flow() *yaml.Node {
	if p.flows++; p.flows > maxFlow {
		return nil
	}
	kind, tag, end := yaml.SequenceNode, "!!seq", byte(']')
	if p.text[p.at] == '{' {
		kind, tag, end = yaml.MappingNode, "!!map", '}'
	}
	n := p.styled(kind, tag, yaml.FlowStyle)
	from := len(p.open)
	p.at++
	p.skipBlanks()
	for p.text[p.at] != end || len(p.open) > from {
		if !p.element(kind, from) {
			return nil
		}
		p.skipBlanks()
		if p.text[p.at] == end {
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
	p.flows--
	return n
}

// element reads an element of a list, or a pair of a mapping that is open from a place on.
func (p *Parser) element(kind yaml.Kind, from int) bool {
	if kind == yaml.MappingNode {
		key := p.flowWord()
		if key == nil || !isKey(key) || !p.isNew(key, from) || !p.passColon(key) || p.text[p.at] != ' ' {
			return false
		}
		p.skipBlanks()
		p.open = append(p.open, key)
	}
	item := p.flowValue()
	if item != nil {
		p.open = append(p.open, item)
	}
	return item != nil
}

func (p *Parser) flowValue() *yaml.Node {
	if c := p.text[p.at]; c == '{' || c == '[' {
		return p.flow()
	}
	return p.flowWord()
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
