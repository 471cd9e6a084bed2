// Package words says a cause in a sentence: one table has, for every cause of package
// resolve, the rule of the rule book that it rests on and the sentence that it is told in.
// No other package writes such a sentence, and none takes one apart.
package words
