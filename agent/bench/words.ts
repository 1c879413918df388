// Short, common English words: with a leading space each is one token in the usual vocabularies.
export const WORDS: readonly string[] = `
time year people way day man thing woman life child world school state family student group country
problem hand part place case week company system program question work government number night point
home water room mother area money story fact month lot right study book eye job word business issue side
kind head house service friend father power hour game line end member law car city community name
president team minute idea kid body information back parent face others level office door health person
art war history party result change morning reason research girl guy moment air teacher force education
good new first last long great little own other old big high small large next early young important few
public bad same able be have do say get make go know take see come think look want give use find tell ask
seem feel try leave call up so out just now how then more also here well only very even there down still
in as too when never really most on why about over again where right off always today far
`
  .trim()
  .split(/\s+/)
